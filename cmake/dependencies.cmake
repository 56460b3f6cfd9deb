# Everything that comes from the system; Debian 12's and Ubuntu 24.04's versions are accepted.
#
# All that is missing is reported at once, by the name of its Debian package.
set(missing_packages "")

macro(respguard_require found)  # respguard_require(<condition variable> <debian package>...)
    if(NOT ${found})
        list(APPEND missing_packages ${ARGN})
    endif()
endmacro()

find_package(Threads REQUIRED)

# Where a package has an archive beside its shared library, that is linked: of a shared library, the
# pages that the loader touches alone cost 100 to 300 KiB of memory (docs/PERFORMANCE.md).
set(Boost_USE_STATIC_LIBS ON)

# By CONFIG, so that 1.81 is found beside Debian's default 1.74. System and Asio are header-only.
find_package(Boost 1.81 CONFIG QUIET COMPONENTS json url)
respguard_require(Boost_FOUND libboost1.81-dev libboost-json1.81-dev libboost-url1.81-dev)

find_package(fmt QUIET)
respguard_require(fmt_FOUND libfmt-dev)
find_package(spdlog QUIET)  # Its target brings SPDLOG_FMT_EXTERNAL and fmt.
respguard_require(spdlog_FOUND libspdlog-dev)
find_package(CLI11 QUIET)
respguard_require(CLI11_FOUND libcli11-dev)
find_package(OpenSSL 3.0 QUIET)
respguard_require(OPENSSL_FOUND libssl-dev)

# By hand: Debian's package has no CMake files. Header and library are of 2.2 (Debian 12: 2.3) or newer.
find_path(LIBURING_INCLUDE liburing.h)
find_library(LIBURING_LIBRARY NAMES liburing.a uring)
if(LIBURING_INCLUDE AND LIBURING_LIBRARY)
    add_library(respguard_uring INTERFACE)
    target_include_directories(respguard_uring SYSTEM INTERFACE ${LIBURING_INCLUDE})
    target_link_libraries(respguard_uring INTERFACE ${LIBURING_LIBRARY})
endif()
respguard_require(LIBURING_LIBRARY liburing-dev)

# The wide one: block elements, and names in other scripts than Latin.
set(CURSES_NEED_WIDE TRUE)
set(CURSES_NEED_NCURSES TRUE)
find_package(Curses QUIET)
respguard_require(CURSES_FOUND libncurses-dev)
find_library(NCURSES_ARCHIVE libncursesw.a)
find_library(TINFO_ARCHIVE libtinfo.a)
if(NCURSES_ARCHIVE AND TINFO_ARCHIVE)
    set(CURSES_LIBRARIES ${NCURSES_ARCHIVE} ${TINFO_ARCHIVE})
endif()
if(CURSES_FOUND)
    add_library(respguard_curses INTERFACE)
    target_include_directories(respguard_curses SYSTEM INTERFACE ${CURSES_INCLUDE_DIRS})
    target_link_libraries(respguard_curses INTERFACE ${CURSES_LIBRARIES})
    # Functions, not macros: those would be called erase and timeout.
    target_compile_definitions(respguard_curses INTERFACE NCURSES_NOMACROS NCURSES_WIDECHAR)
endif()

# The compiled toml++: its header-only form costs each file that includes it five seconds.
find_path(TOMLPLUSPLUS_INCLUDE toml++/toml.h)
find_library(TOMLPLUSPLUS_LIBRARY tomlplusplus)
if(TOMLPLUSPLUS_INCLUDE AND NOT TARGET tomlplusplus::tomlplusplus)
    add_library(tomlplusplus::tomlplusplus INTERFACE IMPORTED)
    target_include_directories(tomlplusplus::tomlplusplus SYSTEM INTERFACE ${TOMLPLUSPLUS_INCLUDE})
    if(TOMLPLUSPLUS_LIBRARY)
        target_compile_definitions(tomlplusplus::tomlplusplus INTERFACE TOML_HEADER_ONLY=0)
        target_link_libraries(tomlplusplus::tomlplusplus INTERFACE ${TOMLPLUSPLUS_LIBRARY})
    endif()
endif()
respguard_require(TOMLPLUSPLUS_INCLUDE libtomlplusplus-dev)

# By hand: its CMake package wants CURL, zlib and civetweb, which only the parts need that we don't.
find_path(PROMETHEUS_CPP_INCLUDE prometheus/text_serializer.h)
find_library(PROMETHEUS_CPP_LIBRARY prometheus-cpp-core)
if(PROMETHEUS_CPP_INCLUDE AND PROMETHEUS_CPP_LIBRARY)
    add_library(prometheus-cpp::core INTERFACE IMPORTED)
    target_include_directories(prometheus-cpp::core SYSTEM INTERFACE ${PROMETHEUS_CPP_INCLUDE})
    target_link_libraries(prometheus-cpp::core INTERFACE ${PROMETHEUS_CPP_LIBRARY})
endif()
respguard_require(PROMETHEUS_CPP_LIBRARY prometheus-cpp-dev)

if(RESPGUARD_TESTS)
    find_package(GTest QUIET)
    respguard_require(GTest_FOUND libgtest-dev)
endif()
if(RESPGUARD_BENCH)
    find_package(benchmark QUIET)
    respguard_require(benchmark_FOUND libbenchmark-dev)
endif()

if(missing_packages)
    list(JOIN missing_packages " " text)
    message(FATAL_ERROR "Missing packages (Ubuntu 24.04: Boost 1.83 instead of 1.81). Run scripts/bootstrap, or\n"
        "  apt-get install ${text}")
endif()

# What every module may use.
add_library(respguard_common INTERFACE)
target_link_libraries(respguard_common INTERFACE
    respguard_flags Boost::headers spdlog::spdlog fmt::fmt Threads::Threads)
target_compile_definitions(respguard_common INTERFACE
    BOOST_ASIO_NO_DEPRECATED)  # What Asio itself wants gone shall not get in.
