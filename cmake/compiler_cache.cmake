# ccache when it is there; it makes a second clean build of all presets a matter of seconds.
if(NOT CMAKE_CXX_COMPILER_LAUNCHER)
    find_program(RESPGUARD_CCACHE ccache)
    mark_as_advanced(RESPGUARD_CCACHE)
    if(RESPGUARD_CCACHE)
        # Without the sloppiness ccache refuses every file that uses a precompiled header.
        set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
            CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
            ${RESPGUARD_CCACHE})
    endif()
endif()
