# cmake --install build/release [--prefix X]: executable, sample configuration, presets, man page, bash
# completion, systemd unit, licence. What depends on the prefix is done when it is known: install_at.cmake.
option(RESPGUARD_INSTALL_STRIP
    "Install the executable without its debug information; that of build/ keeps it" ON)

if(TARGET respguard)
    if(RESPGUARD_INSTALL_STRIP)
        install(CODE "set(CMAKE_INSTALL_DO_STRIP TRUE)")
    endif()
    install(TARGETS respguard RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
install(FILES packaging/completions/respguard.bash RENAME respguard
    DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
file(GLOB presets CONFIGURE_DEPENDS config/presets/*.toml)
install(FILES ${presets} DESTINATION ${CMAKE_INSTALL_DATADIR}/respguard/presets)
install(FILES config/respguard.toml DESTINATION ${CMAKE_INSTALL_DATADIR}/respguard)
install(FILES docs/man/respguard.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES LICENSE docs/DOCTOR.md docs/doctor.schema.json DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(CODE "
    set(respguard_source \"${PROJECT_SOURCE_DIR}\")
    set(respguard_bindir \"${CMAKE_INSTALL_BINDIR}\")
    set(respguard_sysconfdir \"${CMAKE_INSTALL_SYSCONFDIR}\")")
install(SCRIPT cmake/install_at.cmake)
