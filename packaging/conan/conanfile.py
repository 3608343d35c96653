# SPDX-License-Identifier: BSL-1.0
import os

from conan import ConanFile
from conan.tools.build import check_min_cppstd
from conan.tools.files import copy, get

required_conan_version = ">=2.0"


class GritConan(ConanFile):
    name = "grit"
    version = "@PROJECT_VERSION@"
    description = "@PROJECT_DESCRIPTION@"
    homepage = url = "@GRIT_HOME_URL@"
    license = "BSL-1.0"
    topics = ("retry", "circuit-breaker", "rate-limiter", "resilience", "header-only")
    package_type = "header-library"
    settings = "os", "arch", "compiler", "build_type"
    options = {"llm": [True, False]}
    default_options = {"llm": False, "boost/*:header_only": True}
    no_copy_source = True

    def requirements(self):
        self.requires("boost/[>=1.74]")
        if self.options.llm:
            self.requires("libcurl/[>=7.80 <9]")
            self.requires("nlohmann_json/[>=3.11 <4]")

    def package_id(self):
        self.info.clear()

    def validate(self):
        check_min_cppstd(self, 20)

    def source(self):
        get(self, f"{self.homepage}/archive/v{self.version}.tar.gz", strip_root=True)

    def package(self):
        copy(self, "LICENSE", self.source_folder, os.path.join(self.package_folder, "licenses"))
        copy(self, "*.hpp", os.path.join(self.source_folder, "include"), os.path.join(self.package_folder, "include"))

    def package_info(self):
        self.cpp_info.bindirs = self.cpp_info.libdirs = []
        self.cpp_info.set_property("cmake_file_name", "grit")
        core = self.cpp_info.components["core"]
        core.set_property("cmake_target_name", "grit::grit")
        core.set_property("pkg_config_name", "grit")
        core.requires = ["boost::headers"]
        if self.options.llm:
            llm = self.cpp_info.components["llm"]
            llm.set_property("cmake_target_name", "grit::llm")
            llm.set_property("pkg_config_name", "grit-llm")
            llm.requires = ["core", "libcurl::libcurl", "nlohmann_json::nlohmann_json"]
