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
install(FILES debug/grit_gdb.py debug/grit.natvis DESTINATION ${CMAKE_INSTALL_DATADIR}/grit)

# pkg-config, for those who build without CMake. Boost has no .pc file, so that grit.pc names nothing that it needs.
set(pc_dir ${CMAKE_INSTALL_DATADIR}/pkgconfig)
cmake_path(ABSOLUTE_PATH pc_dir BASE_DIRECTORY ${CMAKE_INSTALL_PREFIX} OUTPUT_VARIABLE pc_at)
cmake_path(
    ABSOLUTE_PATH CMAKE_INSTALL_INCLUDEDIR BASE_DIRECTORY ${CMAKE_INSTALL_PREFIX} OUTPUT_VARIABLE includes_from_pc
)
cmake_path(RELATIVE_PATH includes_from_pc BASE_DIRECTORY ${pc_at}) # the prefix may be moved
configure_file(cmake/grit.pc.in grit.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/grit.pc DESTINATION ${pc_dir})
if(TARGET grit.llm)
    configure_file(cmake/grit-llm.pc.in grit-llm.pc @ONLY)
    install(FILES ${CMAKE_CURRENT_BINARY_DIR}/grit-llm.pc DESTINATION ${pc_dir})
endif()
