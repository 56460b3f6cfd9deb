# cmake --install: what exists of the executable, sample configuration, presets, man pages,
# completions and the systemd unit.
if(TARGET respguard)
    install(TARGETS respguard RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
# OPTIONAL: a tree without the file installs the rest.
install(FILES config/respguard.toml DESTINATION ${CMAKE_INSTALL_SYSCONFDIR}/respguard OPTIONAL)
install(FILES packaging/respguard.service DESTINATION lib/systemd/system OPTIONAL)
install(FILES packaging/completions/respguard.bash RENAME respguard OPTIONAL
    DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES packaging/completions/_respguard OPTIONAL
    DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
file(GLOB presets CONFIGURE_DEPENDS config/presets/*.toml)
install(FILES ${presets} DESTINATION ${CMAKE_INSTALL_DATADIR}/respguard/presets)
file(GLOB manual_pages CONFIGURE_DEPENDS docs/man/*.1)
install(FILES ${manual_pages} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
