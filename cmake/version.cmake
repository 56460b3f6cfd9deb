# respguard/base/version.hpp, rewritten only when the revision changes. Included by CMakeLists.txt; run
# with -P at each build, because what `git describe` says changes without CMake running again.
if(CMAKE_SCRIPT_MODE_FILE)
    set(revision "")
    find_program(GIT git)
    if(GIT)
        # Ours or nothing: a release tarball unpacked inside another repository has no revision.
        execute_process(COMMAND ${GIT} -C ${SOURCE} rev-parse --show-prefix
            OUTPUT_VARIABLE prefix OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
        if(NOT failed AND prefix STREQUAL "")
            execute_process(COMMAND ${GIT} -C ${SOURCE} describe --always --dirty --tags
                OUTPUT_VARIABLE revision OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
        endif()
    endif()
    configure_file(${SOURCE}/cmake/version.hpp.in ${OUT} @ONLY)
    return()
endif()

set(version_header ${PROJECT_BINARY_DIR}/generated/respguard/base/version.hpp)
add_custom_target(respguard_version
    COMMAND ${CMAKE_COMMAND} -DSOURCE=${PROJECT_SOURCE_DIR} -DOUT=${version_header}
        -DVERSION=${PROJECT_VERSION} -DCOMPILER=${CMAKE_CXX_COMPILER_ID}
        -DCOMPILER_VERSION=${CMAKE_CXX_COMPILER_VERSION} -DBUILD_TYPE=${CMAKE_BUILD_TYPE}
        -P ${CMAKE_CURRENT_LIST_FILE}
    BYPRODUCTS ${version_header}
    COMMENT "Version header" VERBATIM)
