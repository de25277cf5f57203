# SPDX-License-Identifier: Apache-2.0
# Fails when nimbookctl is linked to Widgets, Gui or WebEngine, or when -DNIMBOOK_DESKTOP=OFF looks for them.
set(window "Qt6(Gui|Widgets|Svg|OpenGL|Charts|Quick|Qml|WebEngine|WebChannel|Positioning)")

execute_process(COMMAND ${LDD} ${PROGRAM} OUTPUT_VARIABLE libraries COMMAND_ERROR_IS_FATAL ANY)
if(NOT libraries MATCHES "libQt6Core")
    message(FATAL_ERROR "this is not the list of libraries that was expected:\n${libraries}")
endif()
if(libraries MATCHES "lib${window}[^\n]*")
    message(FATAL_ERROR "nimbookctl is linked to ${CMAKE_MATCH_0}")
endif()

# As on a computer that has none of them: what is looked for cannot be found.
file(REMOVE_RECURSE ${BUILD})
set(absent)
foreach(package Gui Widgets Svg OpenGL OpenGLWidgets Charts WebChannel WebEngineCore WebEngineWidgets)
    list(APPEND absent -DCMAKE_DISABLE_FIND_PACKAGE_Qt6${package}=ON)
endforeach()
execute_process(COMMAND ${CMAKE_COMMAND} -S ${SOURCE} -B ${BUILD} -G ${GENERATOR} -DNIMBOOK_DESKTOP=OFF -DCMAKE_BUILD_TYPE=Release ${absent}
    OUTPUT_VARIABLE said ERROR_VARIABLE said RESULT_VARIABLE status)
if(NOT status EQUAL 0)
    message(FATAL_ERROR "configuring without a desktop failed:\n${said}")
endif()
execute_process(COMMAND ${CMAKE_COMMAND} --build ${BUILD} --target help OUTPUT_VARIABLE targets COMMAND_ERROR_IS_FATAL ANY)
if(NOT targets MATCHES "nimbookctl")
    message(FATAL_ERROR "there is no nimbookctl to be built without a desktop")
endif()
file(REMOVE_RECURSE ${BUILD})
