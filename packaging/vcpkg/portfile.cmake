vcpkg_download_distfile(archive
    URLS "@GRIT_HOME_URL@/archive/v${VERSION}.tar.gz"
    FILENAME "grit-${VERSION}.tar.gz"
    SHA512 0
)
vcpkg_extract_source_archive(source ARCHIVE "${archive}")
vcpkg_check_features(OUT_FEATURE_OPTIONS features FEATURES llm GRIT_LLM)

set(VCPKG_BUILD_TYPE release) # there is nothing to compile
vcpkg_cmake_configure(
    SOURCE_PATH "${source}"
    OPTIONS ${features} -DGRIT_TESTS=OFF -DGRIT_EXAMPLES=OFF -DGRIT_BENCHMARKS=OFF -DGRIT_DOCS=OFF
)
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(CONFIG_PATH share/cmake/grit)
vcpkg_fixup_pkgconfig()
file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/share/doc")
vcpkg_install_copyright(FILE_LIST "${source}/LICENSE")
