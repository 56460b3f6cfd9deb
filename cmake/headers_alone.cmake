# headers_alone: compiles each header by itself, so that none leans on what was included before it.
# Not part of `all`; scripts/check builds it in the preset clang-dev, where no precompiled header hides
# what is missing.
file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}
    include/*.hpp src/*.hpp tests/*.hpp)
list(FILTER headers EXCLUDE REGEX node_modules)
set(stubs "")
foreach(header IN LISTS headers)
    string(REGEX REPLACE "^(include|src|tests)/" "" included ${header})
    set(stub ${PROJECT_BINARY_DIR}/headers_alone/${header}.cpp)
    file(CONFIGURE OUTPUT ${stub} CONTENT "#include \"${included}\"\n")
    list(APPEND stubs ${stub})
endforeach()

if(stubs)
    get_property(modules GLOBAL PROPERTY respguard_modules)
    add_library(headers_alone OBJECT EXCLUDE_FROM_ALL ${stubs})
    target_compile_options(headers_alone PRIVATE -O0)
    # What tests.cmake tells the integration tests; nothing is run here.
    target_compile_definitions(headers_alone PRIVATE RESPGUARD_EXECUTABLE="" RESPGUARD_BINARY_DIR="")
    target_link_libraries(headers_alone PRIVATE ${modules} respguard_test_support)
else()
    add_custom_target(headers_alone)
endif()
