// SPDX-License-Identifier: BSL-1.0
// A page that is opened as a file may not read the index of the search: then the search says so.
if (location.protocol === "file:") {
    const tell = () => {
        for (const input of document.querySelectorAll(".md-search__input")) {
            input.placeholder = "Search needs a server: python3 -m http.server";
            input.title = "A browser lets no file read another. In the folder of the site run python3 -m http.server, and open http://localhost:8000";
            input.disabled = true;
        }
    };
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", tell);
    else tell();
}
