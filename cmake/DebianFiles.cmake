# Run by cpack where the package's files are staged: man pages compressed, licence and changelog under
# the names and in the form that Debian's policy has for them.
file(GLOB pages ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/share/man/man*/*.[1-9])
set(documents ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/share/doc/terra-hook)
file(RENAME ${documents}/LICENSE ${documents}/copyright)
string(TIMESTAMP now "%a, %d %b %Y %H:%M:%S +0000" UTC)
file(WRITE ${documents}/changelog
"terra-hook (${CPACK_PACKAGE_VERSION}) unstable; urgency=medium

  * See CHANGELOG.md.

 -- ${CPACK_PACKAGE_CONTACT}  ${now}
")
execute_process(COMMAND gzip -9n ${pages} ${documents}/changelog COMMAND_ERROR_IS_FATAL ANY)
