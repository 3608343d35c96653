// SPDX-License-Identifier: BSL-1.0
// A page that is opened as a file may not read the index of the search, which then hides: here it says why.
if (location.protocol === "file:") {
    const note = document.createElement("span");
    note.className = "search-note";
    note.textContent = "Search needs a server: python3 -m http.server";
    note.title = "A browser lets no file read another. Run it in the folder of the site, and open http://localhost:8000";
    document.querySelector(".md-header__inner").append(note);
}
