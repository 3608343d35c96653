# SPDX-License-Identifier: BSL-1.0
"""What packagers start from: packaging_test.py <source dir> <build dir> [names of tests]"""
import ast
import json
import re
import shutil
import subprocess
import sys
import tarfile
import unittest
from pathlib import Path

try:
    import yaml
except ImportError:
    yaml = None

source, build = (Path(argument).resolve() for argument in sys.argv[1:3])
packaging = build / "packaging"
version = ".".join(re.findall(r"define GRIT_VERSION_[A-Z]+ (\d+)$", (source / "include/grit/version.hpp").read_text("utf-8"), re.M))
NEEDED = ["dpkg-buildpackage", "dh", "lintian"]


class Packaging(unittest.TestCase):
    def test_version_and_address_are_filled_in(self) -> None:
        for path in packaging.rglob("*"):
            if path.is_file():
                self.assertNotRegex(path.read_text("utf-8"), r"@\w+@", path)

    def test_natvis_names_the_namespace_of_the_version(self) -> None:
        natvis = (source / "debug/grit.natvis").read_text("utf-8")
        self.assertEqual(set(re.findall(r"grit::(v\w+)", natvis)), {"v" + "_".join(version.split(".")[:2])})

    def test_vcpkg(self) -> None:
        port = json.loads((packaging / "vcpkg/vcpkg.json").read_text("utf-8"))
        self.assertEqual(port["version-semver"], version)
        # CMake reads the port without knowing its functions.
        stubs = "".join(
            f"function({name})\nendfunction()\n"
            for name in re.findall(r"^(vcpkg_\w+)", (packaging / "vcpkg/portfile.cmake").read_text("utf-8"), re.M)
        )
        script = packaging / "port_with_stubs.cmake"
        script.write_text(f"{stubs}set(CURRENT_PACKAGES_DIR {packaging}/none)\ninclude({packaging}/vcpkg/portfile.cmake)\n", "utf-8")
        subprocess.run(["cmake", "-P", script], check=True)

    @unittest.skipUnless(yaml, "needs PyYAML")
    def test_workflows_and_forms(self) -> None:
        presets = json.loads((source / "CMakePresets.json").read_text("utf-8"))["testPresets"]
        jobs = yaml.safe_load((source / ".github/workflows/ci.yml").read_text("utf-8"))["jobs"]
        matrix = jobs["presets"]["strategy"]["matrix"]["preset"]
        self.assertLessEqual(set(matrix), {preset["name"] for preset in presets})
        for form in (source / ".github/ISSUE_TEMPLATE").glob("*.yml"):
            self.assertLessEqual({"name", "description", "body"}, set(yaml.safe_load(form.read_text("utf-8"))), form)

    def test_conan(self) -> None:
        recipe = ast.parse((packaging / "conan/conanfile.py").read_text("utf-8"))
        names = {node.targets[0].id: node.value for node in ast.walk(recipe)
                 if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)}  # fmt: skip
        self.assertEqual(ast.literal_eval(names["version"]), version)

    def test_archives(self) -> None:
        subprocess.run(["cpack", "-B", build / "archives"], cwd=build, check=True, stdout=subprocess.DEVNULL)
        with tarfile.open(build / f"archives/grit-{version}-headers.tar.gz") as archive:
            names = {re.sub("^[^/]*/", "", name) for name in archive.getnames()}
        self.assertLessEqual({"include/grit.hpp", "share/doc/grit/LICENSE", "share/pkgconfig/grit.pc"}, names)

        subprocess.run(["cpack", "--config", "CPackSourceConfig.cmake"], cwd=build, check=True, stdout=subprocess.DEVNULL)
        with tarfile.open(build / f"grit-{version}.tar.gz") as archive:
            names = {re.sub("^[^/]*/", "", name) for name in archive.getnames()}
        self.assertLessEqual({"include/grit.hpp", "LICENSE", "CMakeLists.txt", "packaging/debian/rules"}, names)
        self.assertFalse([name for name in names if re.match(r"build/|\.git/|\.git$", name)])

    @unittest.skipUnless(all(map(shutil.which, NEEDED)), f"needs {NEEDED}")
    def test_debian(self) -> None:
        subprocess.run(["cpack", "--config", "CPackSourceConfig.cmake"], cwd=build, check=True, stdout=subprocess.DEVNULL)
        made = subprocess.run([source / "packaging/debian.sh", build], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.assertEqual(made.returncode, 0, made.stdout[-3000:])
        root = build / "debian/root"
        subprocess.run(["dpkg-deb", "-x", build / f"debian/libgrit-dev_{version}-1_all.deb", root], check=True)
        files = {path.relative_to(root).as_posix() for path in root.rglob("*")}
        headers = {path.relative_to(source).as_posix() for path in (source / "include").rglob("*.hpp")}
        self.assertLessEqual({f"usr/{header}" for header in headers}, files)
        self.assertLessEqual({"usr/share/pkgconfig/grit.pc", "usr/share/doc/libgrit-dev/copyright"}, files)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
