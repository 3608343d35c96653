# SPDX-License-Identifier: BSL-1.0
# What only grit's own tests, examples, benchmarks and documentation use.
include(CheckIncludeFileCXX)

# grit.dev carries the warnings. They are errors where CMAKE_COMPILE_WARNING_AS_ERROR is ON, as it is in every preset.
add_library(grit.dev INTERFACE)
target_compile_options(grit.dev INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wsign-conversion)

# The adapters whose other half the compiler finds.
set(usable_adapters ${adapter_headers})
foreach(header IN LISTS adapter_headers)
    file(STRINGS ${header} includes REGEX "^#include <[a-z0-9_]+/.*>")
    list(TRANSFORM includes REPLACE "^#include <([^>]*)>.*" "\\1")
    list(FILTER includes EXCLUDE REGEX "^grit/")
    foreach(include IN LISTS includes)
        string(MAKE_C_IDENTIFIER "GRIT_HAS_${include}" has)
        check_include_file_cxx(${include} ${has})
        if(NOT ${has})
            list(REMOVE_ITEM usable_adapters ${header})
        endif()
    endforeach()
endforeach()

# The target all_verify_interface_header_sets compiles every header alone, if CMAKE_VERIFY_INTERFACE_HEADER_SETS is ON.
# grit.adapters exists so that the usable adapters are among them.
add_library(grit.adapters INTERFACE)
target_link_libraries(grit.adapters INTERFACE grit::grit)
target_sources(grit.adapters INTERFACE FILE_SET HEADERS BASE_DIRS include FILES ${usable_adapters})

if(GRIT_TESTS OR GRIT_EXAMPLES)
    add_subdirectory(tests/support)
endif()
