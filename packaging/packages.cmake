# SPDX-License-Identifier: MIT
# What is installed where, and the two Debian packages made of it, jetstreamd and jetstream-tools. `./dev package`
# writes them to build/packages.
include(GNUInstallDirs)

set(debian_dir ${CMAKE_CURRENT_LIST_DIR}/debian)

install(TARGETS jetstreamd DESTINATION ${CMAKE_INSTALL_SBINDIR} COMPONENT jetstreamd)
install(TARGETS jsctl jscat DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT tools)
# The daemon looks there whatever the prefix is.
install(FILES config/jetstreamd.yaml DESTINATION /etc/jetstreamd COMPONENT jetstreamd)
install(FILES systemd/jetstreamd.service systemd/jetstreamd@.service systemd/jetstreamd.socket
        DESTINATION lib/systemd/system COMPONENT jetstreamd)
install(FILES systemd/jetstreamd.sysusers.conf DESTINATION lib/sysusers.d RENAME jetstreamd.conf
        COMPONENT jetstreamd)
install(FILES systemd/jetstreamd.tmpfiles.conf DESTINATION lib/tmpfiles.d RENAME jetstreamd.conf
        COMPONENT jetstreamd)

set(doc_dir ${CMAKE_INSTALL_DATAROOTDIR}/doc)
install(FILES README.md docs/INSTALL.md docs/OPERATIONS.md docs/CONFIG.md docs/CONTROL.md
              docs/HEALTH.md docs/LOG_EVENTS.md docs/METRICS.md
        DESTINATION ${doc_dir}/jetstreamd COMPONENT jetstreamd)
install(FILES config/production.yaml config/development.yaml systemd/credential.conf
        DESTINATION ${doc_dir}/jetstreamd/examples COMPONENT jetstreamd)
install(FILES packaging/prometheus/jetstreamd.rules.yaml
              packaging/prometheus/jetstreamd.dashboard.json
        DESTINATION ${doc_dir}/jetstreamd/examples/prometheus COMPONENT jetstreamd)
install(FILES systemd/jetstreamd.sysctl.conf DESTINATION ${doc_dir}/jetstreamd/examples
        RENAME 60-jetstreamd.conf COMPONENT jetstreamd)

# Debian wants manuals and changelogs compressed, and without the time of day in them.
find_program(GZIP gzip)
function(install_compressed component source destination name)
  set(packed ${PROJECT_BINARY_DIR}/packaging/${component}/${name}.gz)
  install(CODE "file(MAKE_DIRECTORY \"${PROJECT_BINARY_DIR}/packaging/${component}\")
                execute_process(COMMAND \"${GZIP}\" -9nc \"${PROJECT_SOURCE_DIR}/${source}\"
                                OUTPUT_FILE \"${packed}\" COMMAND_ERROR_IS_FATAL ANY)"
          COMPONENT ${component})
  install(FILES ${packed} DESTINATION ${destination} COMPONENT ${component})
endfunction()

install_compressed(jetstreamd docs/man/jetstreamd.8 ${CMAKE_INSTALL_MANDIR}/man8 jetstreamd.8)
install_compressed(jetstreamd docs/man/jetstreamd.yaml.5 ${CMAKE_INSTALL_MANDIR}/man5
                   jetstreamd.yaml.5)
install_compressed(tools docs/man/jsctl.1 ${CMAKE_INSTALL_MANDIR}/man1 jsctl.1)
install_compressed(tools docs/man/jscat.1 ${CMAKE_INSTALL_MANDIR}/man1 jscat.1)

function(install_completion component program)
  set(share ${CMAKE_INSTALL_DATAROOTDIR})
  install(FILES docs/completion/${program}.bash DESTINATION ${share}/bash-completion/completions
          RENAME ${program} COMPONENT ${component})
  install(FILES docs/completion/${program}.zsh DESTINATION ${share}/zsh/vendor-completions
          RENAME _${program} COMPONENT ${component})
  install(FILES docs/completion/${program}.fish DESTINATION ${share}/fish/vendor_completions.d
          COMPONENT ${component})
endfunction()

install_completion(jetstreamd jetstreamd)
install_completion(tools jsctl)
install_completion(tools jscat)

set(jetstreamd_package jetstreamd)
set(tools_package jetstream-tools)
foreach(component jetstreamd tools)
  set(name ${${component}_package})
  install(FILES packaging/debian/copyright DESTINATION ${doc_dir}/${name} COMPONENT ${component})
  install_compressed(${component} packaging/debian/changelog ${doc_dir}/${name} changelog.Debian)
  install(FILES packaging/debian/${name}.lintian-overrides
          DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/lintian/overrides RENAME ${name}
          COMPONENT ${component})
  install_compressed(${component} CHANGELOG.md ${doc_dir}/${name} changelog)
endforeach()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME jetstreamproto)
set(CPACK_PACKAGE_VENDOR "The JetStreamProto authors")
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_SOURCE_DIR}/build/packages)
set(CPACK_COMPONENTS_ALL jetstreamd tools)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
# The configuration is no part of the prefix.
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
# The changelog says which package of this version it is.
file(STRINGS ${debian_dir}/changelog newest LIMIT_COUNT 1)
if(NOT newest MATCHES "^jetstreamproto \\(${PROJECT_VERSION}-([0-9]+)\\) ")
  message(FATAL_ERROR "packaging/debian/changelog has no entry for version ${PROJECT_VERSION}")
endif()
set(CPACK_DEBIAN_PACKAGE_RELEASE ${CMAKE_MATCH_1})
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER
    "The JetStreamProto authors <maintainers@jetstreamproto.invalid>")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(CPACK_DEBIAN_JETSTREAMD_PACKAGE_NAME ${jetstreamd_package})
set(CPACK_DEBIAN_JETSTREAMD_DESCRIPTION
"server of encrypted, multiplexed sessions over UDP
jetstreamd serves sessions of JetStreamProto, version 1: one round trip to an
encrypted session with a server whose key is pinned, streams of bytes or
messages, resumption, and sessions that survive a change of address.
.
It is configured by one YAML file, watched and steered through a Unix socket
with jsctl of the package jetstream-tools, and sandboxed by its systemd unit.
.
It has nothing to do with the persistence layer of the same name of another
message system.")
# postinst makes the user with systemd-sysusers.
set(CPACK_DEBIAN_JETSTREAMD_PACKAGE_DEPENDS
    "systemd | systemd-standalone-sysusers | systemd-sysusers")
set(CPACK_DEBIAN_JETSTREAMD_PACKAGE_RECOMMENDS jetstream-tools)
set(CPACK_DEBIAN_JETSTREAMD_PACKAGE_CONTROL_EXTRA
    ${debian_dir}/conffiles ${debian_dir}/postinst ${debian_dir}/prerm ${debian_dir}/postrm)

set(CPACK_DEBIAN_TOOLS_PACKAGE_NAME ${tools_package})
set(CPACK_DEBIAN_TOOLS_DESCRIPTION
"client and control program for JetStreamProto
jscat is netcat, ping, echo check and load generator for JetStreamProto:
encrypted, multiplexed sessions over UDP. jsctl shows what a running
jetstreamd does, closes sessions, drains and stops it.")
set(CPACK_DEBIAN_TOOLS_PACKAGE_SUGGESTS jetstreamd)

include(CPack)
