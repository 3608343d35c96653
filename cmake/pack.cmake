# SPDX-License-Identifier: BSL-1.0
# cpack makes an archive of what is installed, cpack --config CPackSourceConfig.cmake one of the sources. packaging/ holds what packagers
# start from; it is written to the build folder with version and address filled in.
set(CPACK_GENERATOR TGZ)
set(CPACK_SOURCE_GENERATOR TGZ)
set(CPACK_PACKAGE_FILE_NAME grit-${PROJECT_VERSION}-headers) # the same for every machine
set(CPACK_SOURCE_PACKAGE_FILE_NAME grit-${PROJECT_VERSION})
set(CPACK_SOURCE_IGNORE_FILES ${PROJECT_SOURCE_DIR}/build/ "/\\.git/" "/\\.git$" /__pycache__/ /node_modules/)
set(CPACK_VERBATIM_VARIABLES ON)
include(CPack)

string(TIMESTAMP packaging_date "%a, %d %b %Y %H:%M:%S +0000" UTC) # of the Debian changelog
string(TIMESTAMP packaging_year "%Y" UTC)
file(GLOB_RECURSE packaging CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR} packaging/*)
foreach(file IN LISTS packaging)
    configure_file(${file} ${file} @ONLY)
endforeach()
