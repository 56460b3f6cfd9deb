# Runs at `cmake --install`: what has to know the prefix. Gets respguard_source, respguard_bindir and
# respguard_sysconfdir (as configured, below the prefix unless absolute).
get_filename_component(prefix "${CMAKE_INSTALL_PREFIX}" ABSOLUTE)
if(IS_ABSOLUTE "${respguard_sysconfdir}")
    set(sysconfdir "${respguard_sysconfdir}")
elseif(prefix STREQUAL "/usr" OR prefix STREQUAL "/")
    set(sysconfdir "/etc")  # As GNUInstallDirs has it.
else()
    set(sysconfdir "${prefix}/${respguard_sysconfdir}")
endif()

# An operator's file is never written over; the sample of this version is in share/respguard/.
set(config "${sysconfdir}/respguard/respguard.toml")
if(EXISTS "$ENV{DESTDIR}${config}")
    message(STATUS "Kept as it is: $ENV{DESTDIR}${config}")
else()
    file(INSTALL "${respguard_source}/config/respguard.toml"
        DESTINATION "${sysconfdir}/respguard")
endif()

if(IS_ABSOLUTE "${respguard_bindir}")
    set(executable "${respguard_bindir}/respguard")
else()
    set(executable "${prefix}/${respguard_bindir}/respguard")
endif()
set(unit "$ENV{DESTDIR}${prefix}/lib/systemd/system/respguard.service")
configure_file("${respguard_source}/packaging/respguard.service.in" "${unit}" @ONLY
    FILE_PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
message(STATUS "Installing: ${unit}")
