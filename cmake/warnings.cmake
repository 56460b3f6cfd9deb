# Flags of every target of ours. Dependencies come as SYSTEM includes and are not judged.
add_library(respguard_flags INTERFACE)
target_compile_options(respguard_flags INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow)

# Errors for the compilers that the gates use. Another one may know warnings that nobody here has seen,
# and they shall not keep a user from building.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION MATCHES "^12\\."
        OR CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND CMAKE_CXX_COMPILER_VERSION MATCHES "^14\\.")
    set(werror_default ON)
else()
    set(werror_default OFF)
endif()
option(RESPGUARD_WERROR "Treat warnings as errors" ${werror_default})
if(RESPGUARD_WERROR)
    target_compile_options(respguard_flags INTERFACE -Werror)
endif()

if(CMAKE_UNITY_BUILD)
    # Files that are compiled together see each other's names; alone, in the other presets, they are judged.
    target_compile_options(respguard_flags INTERFACE -Wno-shadow)
endif()

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC 12's flow analysis sees overlapping memory and impossible sizes in std::string operations (its
    # bugs 105651, 105329), and a mismatch in the memory that Asio recycles for coroutines, in all optimised
    # builds. Clang and the sanitizers look at the same code.
    target_compile_options(respguard_flags INTERFACE
        -Wno-restrict -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread
        -Wno-mismatched-new-delete)
    if(RESPGUARD_SANITIZE)
        # The sanitizers' own code confuses the flow analysis; the other presets keep these warnings.
        target_compile_options(respguard_flags INTERFACE
            -Wno-maybe-uninitialized)
    endif()
    if(RESPGUARD_SANITIZE MATCHES "thread")
        target_compile_options(respguard_flags INTERFACE -Wno-tsan)  # Asio's fences.
    endif()
endif()

if(CMAKE_BUILD_TYPE STREQUAL "Debug")
    # Whole stacks in every tool, and the standard library's own asserts.
    target_compile_options(respguard_flags INTERFACE -fno-omit-frame-pointer)
    target_compile_definitions(respguard_flags INTERFACE _GLIBCXX_ASSERTIONS)
else()
    # A process that reads bytes from the network: Debian's hardening, which costs nothing measurable.
    # No frame pointers: the data path gets the register, profilers read -g.
    target_compile_options(respguard_flags INTERFACE
        -fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
    target_link_options(respguard_flags INTERFACE -Wl,-z,relro,-z,now)
endif()
# Debian's compilers make position-independent executables by themselves.
