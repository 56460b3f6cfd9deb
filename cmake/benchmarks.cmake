# build/<preset>/bench/<stem> for each bench/<stem>.cpp; further sources of <name>.cpp or
# <name>_bench.cpp lie in bench/<name>/. *_bench.cpp are Google Benchmark programs over the modules,
# instruction_counts plays the same without a clock; all others, and the load generator block_bench, are
# programs of their own. They get no -Ibench: there the script bench/compare would be taken for the
# standard header <compare>.
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bench)
file(GLOB sources CONFIGURE_DEPENDS bench/*.cpp)
get_property(modules GLOBAL PROPERTY respguard_modules)

foreach(source IN LISTS sources)
    get_filename_component(stem ${source} NAME_WLE)
    string(REGEX REPLACE "_bench$" "" name ${stem})
    file(GLOB parts CONFIGURE_DEPENDS bench/${name}/*.cpp)
    add_executable(${stem} ${source} ${parts})
    if(stem MATCHES "_bench$" AND NOT stem STREQUAL "block_bench")
        target_link_libraries(${stem} PRIVATE ${modules} benchmark::benchmark_main)
    elseif(stem STREQUAL "instruction_counts")
        target_link_libraries(${stem} PRIVATE ${modules} benchmark::benchmark)
    else()
        target_link_libraries(${stem} PRIVATE respguard_base)
    endif()
endforeach()
if(TARGET floor_relay)
    target_sources(floor_relay PRIVATE bench/block/endpoint.cpp)  # The same sockets as block_bench's.
endif()
