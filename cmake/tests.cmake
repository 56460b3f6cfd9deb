# unit_<module>: one executable per module, of tests/unit/<module>/*.cpp; integration: one for
# tests/integration/. They lie in build/<preset>/tests/. ctest sees one test per executable: starting
# each case on its own would cost more than the cases.
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)

# What all tests share; `#include "support/every_split.hpp"`.
file(GLOB support_sources CONFIGURE_DEPENDS tests/support/*.cpp)
if(support_sources)
    add_library(respguard_test_support STATIC ${support_sources})
    set(scope PUBLIC)
else()
    add_library(respguard_test_support INTERFACE)
    set(scope INTERFACE)
endif()
target_include_directories(respguard_test_support ${scope} tests)
target_link_libraries(respguard_test_support ${scope} respguard_base Boost::json GTest::gtest)
target_compile_definitions(respguard_test_support ${scope}
    RESPGUARD_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data")

add_custom_target(unit_tests)  # All of them, and the fuzz replays.
set(unit_relay_libraries respguard_config)  # Plays under the default preset, which only config reads.
get_property(modules GLOBAL PROPERTY respguard_modules)
foreach(module IN LISTS modules)
    string(REPLACE respguard_ "" name ${module})
    file(GLOB sources CONFIGURE_DEPENDS tests/unit/${name}/*.cpp)
    if(sources)
        add_executable(unit_${name} ${sources})
        target_link_libraries(unit_${name} PRIVATE respguard_test_support ${module}
            ${unit_${name}_libraries} GTest::gtest_main)
        get_property(pch TARGET ${module} PROPERTY respguard_pch)
        if(pch)
            respguard_use_pch(unit_${name} ${pch})
        else()
            respguard_use_pch(unit_${name} test)
        endif()
        add_dependencies(unit_tests unit_${name})
        add_test(NAME unit_${name} COMMAND unit_${name})
        set_tests_properties(unit_${name} PROPERTIES LABELS unit TIMEOUT 300)
    endif()
endforeach()

# The whole guard against a real redis-server. RESPGUARD_EXECUTABLE is the guard of the same preset.
file(GLOB sources CONFIGURE_DEPENDS tests/integration/*.cpp)
if(sources)
    add_executable(integration ${sources})
    target_link_libraries(integration PRIVATE respguard_test_support ${modules} GTest::gtest_main)
    respguard_use_pch(integration asio)
    if(TARGET respguard)
        add_dependencies(integration respguard)
        target_compile_definitions(integration PRIVATE
            RESPGUARD_EXECUTABLE="$<TARGET_FILE:respguard>" RESPGUARD_BINARY_DIR="${PROJECT_BINARY_DIR}")
    endif()
    add_test(NAME integration COMMAND integration)
    set_tests_properties(integration PROPERTIES LABELS integration TIMEOUT 900)
endif()
