# respguard_module(<name> [DATA_PATH] [DEPENDS modules] [LIBS libraries] [SOURCES generated files] [PCH asio])
#
# DATA_PATH: what every command runs through. With RESPGUARD_LTO these modules are optimised as one when
# the executable is linked; the tests link the same objects without that.
# Makes the static library respguard_<name> of src/<name>/*.cpp. A module that has no source yet (or
# only headers) becomes an INTERFACE library, so a half-written tree still configures.
set_property(GLOBAL PROPERTY respguard_modules "")

function(respguard_module name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "DATA_PATH" "PCH" "DEPENDS;LIBS;SOURCES")
    set(target respguard_${name})
    file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${name}/*.cpp)
    list(APPEND sources ${arg_SOURCES})
    if(sources)
        set(scope PUBLIC)
        add_library(${target} STATIC ${sources})
        respguard_use_pch(${target} "${arg_PCH}")
    else()
        set(scope INTERFACE)
        add_library(${target} INTERFACE)
    endif()
    target_include_directories(${target} ${scope}
        ${PROJECT_SOURCE_DIR}/include      # what others may include
        ${PROJECT_SOURCE_DIR}/src          # module-private headers; scripts/check_tree.py guards them
        ${PROJECT_BINARY_DIR}/generated)
    list(TRANSFORM arg_DEPENDS PREPEND respguard_)
    target_link_libraries(${target} ${scope} respguard_common ${arg_DEPENDS} ${arg_LIBS})
    add_dependencies(${target} respguard_version)
    if(arg_DATA_PATH AND RESPGUARD_LTO)
        target_compile_options(${target} PRIVATE -flto -ffat-lto-objects)
    endif()
    set_property(GLOBAL APPEND PROPERTY respguard_modules ${target})
    set_property(TARGET ${target} PROPERTY respguard_pch "${arg_PCH}")
endfunction()

# respguard_use_pch(<target> asio|test|""): shares one precompiled header between all targets that
# want the same; "" means none. Measured with GCC 12: asio saves 2.5 of 6.7 s per file, test 1.1 of
# 1.8 s; tests of asio modules share asio, because each header is 200 MB in the build folder.
set(respguard_pch_asio <boost/asio.hpp> <spdlog/spdlog.h> <string> <vector> <chrono>)
set(respguard_pch_test <gtest/gtest.h> <string> <vector> <chrono>)

function(respguard_use_pch target kind)
    if(NOT RESPGUARD_PCH OR NOT kind)
        return()
    endif()
    set(owner respguard_pch_${kind})
    if(NOT TARGET ${owner})
        file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/generated/${owner}.cpp CONTENT "// Owns a precompiled header.\n")
        add_library(${owner} OBJECT ${PROJECT_BINARY_DIR}/generated/${owner}.cpp)
        target_link_libraries(${owner} PRIVATE respguard_common)
        if(kind STREQUAL "test")
            target_link_libraries(${owner} PRIVATE GTest::gtest)
        endif()
        target_precompile_headers(${owner} PRIVATE ${${owner}})
    endif()
    target_precompile_headers(${target} REUSE_FROM ${owner})
endfunction()
