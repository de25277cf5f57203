# SPDX-License-Identifier: Apache-2.0
# One folder, one target. A .cpp file that lies in the folder belongs to its target: there is no list to forget.

add_library(nimbook_flags INTERFACE)
target_compile_options(nimbook_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow=local -Wnon-virtual-dtor -Werror=return-type)
target_compile_definitions(nimbook_flags INTERFACE
    QT_NO_KEYWORDS QT_NO_CAST_TO_ASCII QT_NO_URL_CAST_FROM_STRING QT_NO_FOREACH
    NIMBOOK_VERSION="${PROJECT_VERSION}")
target_include_directories(nimbook_flags INTERFACE ${CMAKE_SOURCE_DIR}/app ${CMAKE_SOURCE_DIR})
if(NIMBOOK_SANITIZE)
    target_compile_options(nimbook_flags INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
    target_link_options(nimbook_flags INTERFACE -fsanitize=address,undefined)
endif()

find_program(MOLD mold)
if(MOLD)
    add_link_options(-fuse-ld=mold)
endif()
find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

# nimbook_library(nb_ssh FOLDERS . PUBLIC nb_base PRIVATE PkgConfig::LIBSSH)
# FOLDERS are relative to the caller (default "."); PUBLIC libraries show in our headers, PRIVATE ones must not.
function(nimbook_library name)
    cmake_parse_arguments(ARG "" "" "FOLDERS;PUBLIC;PRIVATE" ${ARGN})
    nimbook_sources(sources ${ARG_FOLDERS})
    if(NOT sources)
        add_library(${name} INTERFACE)
        target_link_libraries(${name} INTERFACE nimbook_flags ${ARG_PUBLIC})
        return()
    endif()
    add_library(${name} STATIC ${sources})
    target_link_libraries(${name} PUBLIC nimbook_flags ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
endfunction()

function(nimbook_program name)
    cmake_parse_arguments(ARG "" "" "FOLDERS;LINK" ${ARGN})
    nimbook_sources(sources ${ARG_FOLDERS})
    if(NOT sources)
        return()
    endif()
    add_executable(${name} ${sources})
    target_link_libraries(${name} PRIVATE nimbook_flags ${ARG_LINK})
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
endfunction()

function(nimbook_sources result)
    set(folders ${ARGN})
    if(NOT folders)
        set(folders ".")
    endif()
    set(found)
    foreach(folder ${folders})
        file(GLOB here CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.cpp ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.h)
        list(APPEND found ${here})
    endforeach()
    set(${result} ${found} PARENT_SCOPE)
endfunction()

# Most of a test's compile time is Qt's headers and its own optimisation: the headers are read once for all tests, and nobody times a
# test's body. A precompiled header serves only targets that define at least what it was made with, so it knows Qt's folders, not its flags.
if(NIMBOOK_TESTS)
    file(GENERATE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/test_headers.cpp CONTENT "// carries the precompiled headers of the tests\n")
    add_library(nimbook_test_headers OBJECT ${CMAKE_CURRENT_BINARY_DIR}/test_headers.cpp)
    set_target_properties(nimbook_test_headers PROPERTIES AUTOMOC OFF AUTORCC OFF UNITY_BUILD OFF)
    target_link_libraries(nimbook_test_headers PRIVATE nimbook_flags Qt6::Core)
    target_include_directories(nimbook_test_headers SYSTEM PRIVATE
        $<TARGET_PROPERTY:Qt6::Network,INTERFACE_INCLUDE_DIRECTORIES>
        $<TARGET_PROPERTY:Qt6::Gui,INTERFACE_INCLUDE_DIRECTORIES>
        $<TARGET_PROPERTY:Qt6::Widgets,INTERFACE_INCLUDE_DIRECTORIES>)
    target_compile_options(nimbook_test_headers PRIVATE -O0)
    target_precompile_headers(nimbook_test_headers PRIVATE <QtCore/QtCore> <QtNetwork/QtNetwork> <QtWidgets/QtWidgets>
        <functional> <memory> <optional> <string>)
endif()

# nimbook_tests(LINK nb_ssh nb_testing [LABELS integration] [TIMEOUT 60] [PLATFORM offscreen] [LOCK display])
# Every *_test.cpp of the folder becomes a test of that name. Tests of one LOCK never run at the same time.
function(nimbook_tests)
    cmake_parse_arguments(ARG "" "TIMEOUT;PLATFORM;LOCK" "LINK;LABELS;ENVIRONMENT" ${ARGN})
    if(NOT ARG_TIMEOUT)
        set(ARG_TIMEOUT 60)
    endif()
    if(NOT ARG_PLATFORM)
        set(ARG_PLATFORM offscreen)
    endif()
    file(GLOB files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*_test.cpp)
    foreach(file ${files})
        get_filename_component(name ${file} NAME_WE)
        add_executable(${name} ${file})
        target_link_libraries(${name} PRIVATE nimbook_flags Qt6::Test ${ARG_LINK})
        target_compile_options(${name} PRIVATE -O0)
        target_precompile_headers(${name} REUSE_FROM nimbook_test_headers)
        set_source_files_properties(${CMAKE_CURRENT_BINARY_DIR}/${name}_autogen/mocs_compilation.cpp PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
        set_target_properties(${name} PROPERTIES UNITY_BUILD OFF RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
        add_test(NAME ${name} COMMAND ${name})
        set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}"
            ENVIRONMENT "QT_QPA_PLATFORM=${ARG_PLATFORM};NIMBOOK_BIN_DIR=${CMAKE_BINARY_DIR}/bin;NIMBOOK_SOURCE_DIR=${CMAKE_SOURCE_DIR};NIMBOOK_SANDBOX_RECORD_DIR=${CMAKE_BINARY_DIR}/exchanges;${ARG_ENVIRONMENT}"
            FIXTURES_REQUIRED recorded_exchanges) # tests/contract checks afterwards what its sandboxes were asked
        if(ARG_LOCK)
            set_tests_properties(${name} PROPERTIES RESOURCE_LOCK ${ARG_LOCK})
        endif()
    endforeach()
endfunction()

# nimbook_resources(nb_jupyter remote): resources/remote/* is found at run time as :/remote/*, wherever nb_jupyter is linked.
function(nimbook_resources target)
    get_target_property(type ${target} TYPE)
    if(type STREQUAL "INTERFACE_LIBRARY")
        return()
    endif()
    foreach(folder ${ARGN})
        file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/resources/${folder}/*)
        if(files)
            qt_add_resources(${target} ${target}_${folder} PREFIX / BASE ${CMAKE_SOURCE_DIR}/resources FILES ${files})
        endif()
    endforeach()
endfunction()
