# RESPGUARD_SANITIZE and RESPGUARD_FUZZ, for everything that is compiled here.
if(RESPGUARD_SANITIZE)
    # A finding ends the program: a test that only printed it would pass.
    add_compile_options(-fsanitize=${RESPGUARD_SANITIZE} -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${RESPGUARD_SANITIZE} -fno-sanitize-recover=all)
    if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
        # clang 14 cannot assemble a coroutine with it ("difference across sections"); GCC has no such check.
        add_compile_options(-fno-sanitize=function)
    endif()
endif()

if(RESPGUARD_FUZZ)
    if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
        message(FATAL_ERROR "The fuzzers need clang (libFuzzer): cmake --preset fuzz")
    endif()
    add_compile_options(-fsanitize=fuzzer-no-link)  # Coverage in all modules, main() in the fuzzers only.
endif()
