# SPDX-License-Identifier: BSL-1.0
# Install rules. Two export sets, so that find_package(grit) never asks for curl or json (docs/decisions/0001).
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(package_dir ${CMAKE_INSTALL_DATADIR}/cmake/grit)

install(TARGETS grit EXPORT grit-targets FILE_SET HEADERS FILE_SET adapters)
install(EXPORT grit-targets NAMESPACE grit:: DESTINATION ${package_dir})
if(TARGET grit.llm)
    install(TARGETS grit.llm EXPORT grit-llm-targets FILE_SET HEADERS)
    install(EXPORT grit-llm-targets NAMESPACE grit:: DESTINATION ${package_dir})
endif()

configure_package_config_file(cmake/grit-config.cmake.in grit-config.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(grit-config-version.cmake COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(
    FILES ${CMAKE_CURRENT_BINARY_DIR}/grit-config.cmake ${CMAKE_CURRENT_BINARY_DIR}/grit-config-version.cmake
    DESTINATION ${package_dir}
)
install(FILES LICENSE README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
