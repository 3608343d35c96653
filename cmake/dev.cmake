# SPDX-License-Identifier: BSL-1.0
# What only grit's own tests, examples, benchmarks and documentation use.

# grit.dev carries the warnings. They are errors where CMAKE_COMPILE_WARNING_AS_ERROR is ON, as it is in every preset.
add_library(grit.dev INTERFACE)
target_compile_options(grit.dev INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wsign-conversion)

# The adapters whose other half the compiler finds. What it needs to be linked is not asked here. One run of the preprocessor
# answers for all of them, as it takes a minute to compile all that they include.
set(questions ${CMAKE_BINARY_DIR}/usable_adapters.cpp)
set(lines)
foreach(header IN LISTS adapter_headers)
    file(STRINGS ${header} includes REGEX "^#(include <[a-z0-9_]+/.*>|if|endif)")
    set(condition 1)
    set(optional 0) # inside an #if, it is for another version
    foreach(line IN LISTS includes)
        if(line MATCHES "^#if")
            math(EXPR optional "${optional} + 1")
        elseif(line MATCHES "^#endif")
            math(EXPR optional "${optional} - 1")
        elseif(optional EQUAL 0 AND NOT line MATCHES "<grit/")
            string(REGEX REPLACE "^#include (<[^>]*>).*" " && __has_include(\\1)" has "${line}")
            string(APPEND condition ${has})
        endif()
    endforeach()
    string(APPEND lines "#if ${condition}\n\"usable ${header}\"\n#endif\n")
endforeach()
file(CONFIGURE OUTPUT ${questions} CONTENT "${lines}" @ONLY)
separate_arguments(flags NATIVE_COMMAND "${CMAKE_CXX_FLAGS}")
execute_process(
    COMMAND ${CMAKE_CXX_COMPILER} ${flags} -E ${questions}
    OUTPUT_VARIABLE usable_adapters
    COMMAND_ERROR_IS_FATAL ANY
)
string(REGEX MATCHALL "\"usable [^\"]*" usable_adapters "${usable_adapters}")
list(TRANSFORM usable_adapters REPLACE "^\"usable " "")

# What a program that includes an adapter links, by the adapter's name.
find_package(CURL QUIET)
find_package(spdlog QUIET)
set(libraries_of_adapter_curl $<TARGET_NAME_IF_EXISTS:CURL::libcurl>)
set(libraries_of_adapter_spdlog # header-only, so that it does not matter for which standard library the rest was built
    $<TARGET_NAME_IF_EXISTS:spdlog::spdlog_header_only> $<TARGET_NAME_IF_EXISTS:fmt::fmt-header-only>
)
find_package(fmt QUIET)
set(libraries_of_adapter_fmt $<TARGET_NAME_IF_EXISTS:fmt::fmt-header-only>)

find_library(GRIT_PROMETHEUS_CPP_CORE prometheus-cpp-core) # its package would want a web server and more
mark_as_advanced(GRIT_PROMETHEUS_CPP_CORE)
if(GRIT_PROMETHEUS_CPP_CORE)
    set(libraries_of_adapter_prometheus ${GRIT_PROMETHEUS_CPP_CORE})
endif()

# Asio 1.22 and Boost 1.74 do not know that Clang has coroutines.
add_library(grit.coroutines_of_asio INTERFACE)
target_compile_definitions(
    grit.coroutines_of_asio
    INTERFACE
        $<$<CXX_COMPILER_ID:Clang,AppleClang>:ASIO_HAS_CO_AWAIT>
        $<$<CXX_COMPILER_ID:Clang,AppleClang>:ASIO_HAS_STD_COROUTINE>
        $<$<CXX_COMPILER_ID:Clang,AppleClang>:BOOST_ASIO_HAS_CO_AWAIT>
        $<$<CXX_COMPILER_ID:Clang,AppleClang>:BOOST_ASIO_HAS_STD_COROUTINE>
)
find_package(Threads REQUIRED)
set(libraries_of_adapter_asio grit.coroutines_of_asio Threads::Threads)
set(libraries_of_adapter_boost_asio ${libraries_of_adapter_asio})
set(libraries_of_adapter_asio_race ${libraries_of_adapter_asio})
find_library(GRIT_HIREDIS hiredis)
mark_as_advanced(GRIT_HIREDIS)
if(GRIT_HIREDIS)
    set(libraries_of_adapter_hiredis ${GRIT_HIREDIS})
endif()
find_package(OpenSSL QUIET)
set(libraries_of_adapter_asio_redis ${libraries_of_adapter_asio})
set(libraries_of_adapter_asio_redis_tls
    ${libraries_of_adapter_asio} $<TARGET_NAME_IF_EXISTS:OpenSSL::SSL> $<TARGET_NAME_IF_EXISTS:OpenSSL::Crypto>
)

# Sets <libraries> to what a source needs for the adapters that it includes, and <usable> to whether they are there.
function(grit_adapters_of source libraries usable)
    file(STRINGS ${source} adapters REGEX "^#include <grit/adapter/")
    list(TRANSFORM adapters REPLACE ".*<grit/adapter/(.*)\\.hpp>.*" "\\1")
    set(found)
    set(all ON)
    foreach(adapter IN LISTS adapters)
        list(APPEND found ${libraries_of_adapter_${adapter}})
        if(NOT "${PROJECT_SOURCE_DIR}/include/grit/adapter/${adapter}.hpp" IN_LIST usable_adapters)
            set(all OFF)
        endif()
    endforeach()
    set(${libraries} ${found} PARENT_SCOPE)
    set(${usable} ${all} PARENT_SCOPE)
endfunction()

if(GRIT_TESTS)
    include(cmake/headers.cmake)
endif()
if(GRIT_TESTS OR GRIT_EXAMPLES)
    add_subdirectory(tests/support)
endif()
