# SPDX-License-Identifier: BSL-1.0
# The target grit.headers compiles every header with what it includes and nothing else: see the head of tools/header_chains.py.
# The usable adapters are among them.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${core_headers} ${llm_headers} ${adapter_headers})
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tools/header_chains.py)
add_custom_target(grit.headers)
function(grit_compile_headers name library headers)
    execute_process(
        COMMAND
            ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tools/header_chains.py
            ${PROJECT_SOURCE_DIR}/include ${CMAKE_BINARY_DIR}/headers/${name} ${headers}
        OUTPUT_VARIABLE sources
        OUTPUT_STRIP_TRAILING_WHITESPACE
        COMMAND_ERROR_IS_FATAL ANY
    )
    string(REPLACE "\n" ";" sources "${sources}")
    add_library(grit.headers.${name} OBJECT EXCLUDE_FROM_ALL ${sources})
    set_target_properties(grit.headers.${name} PROPERTIES EXPORT_COMPILE_COMMANDS ON)
    target_link_libraries(grit.headers.${name} PRIVATE ${library})
    add_dependencies(grit.headers grit.headers.${name})
endfunction()
grit_compile_headers(core grit::grit "${core_headers}")
grit_compile_headers(adapters "grit::grit;grit.coroutines_of_asio" "${usable_adapters}")
if(TARGET grit::llm)
    grit_compile_headers(llm grit::llm "${llm_headers}")
endif()
