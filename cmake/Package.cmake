# `cpack` in a build directory makes a package of what Install.cmake installs: a .deb that depends on
# the system's libraries, or, with TERRA_HOOK_STATIC, a tarball that runs wherever there is a libc as
# new. scripts/package makes and checks both.
set(CPACK_PACKAGE_VENDOR "terra-hook")
set(TERRA_HOOK_MAINTAINER "The terra-hook contributors <terra-hook@localhost>" CACHE STRING
    "Who answers for the package, as `Name <address>`")
set(CPACK_PACKAGE_CONTACT "${TERRA_HOOK_MAINTAINER}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "receive, verify, keep and replay Terra's webhooks")
set(CPACK_PACKAGE_DESCRIPTION
"One binary, the local half of Terra (tryterra.co). It stands where a
webhook handler will stand: it receives Terra's webhooks, says whether each
signature is right and, if not, why, shows what is in them and keeps every
delivery byte for byte. And it stands where Terra stands: it signs, sends,
retries and answers the REST API, without an account or a network.")
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_CHECKSUM SHA256)
if(TERRA_HOOK_STATIC)
  set(CPACK_GENERATOR TGZ)
  string(TOLOWER "${CMAKE_SYSTEM_NAME}-${CMAKE_SYSTEM_PROCESSOR}" platform)
  set(CPACK_PACKAGE_FILE_NAME "terra-hook-${PROJECT_VERSION}-${platform}")
else()
  set(CPACK_GENERATOR DEB)
  set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
  set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
  set(CPACK_DEBIAN_PACKAGE_SECTION web)
  set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
  set(CPACK_DEBIAN_PACKAGE_RECOMMENDS ca-certificates)
  set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
  set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/DebianFiles.cmake)
endif()
include(CPack)
