# IMAGEGEN_SSL, IMAGEGEN_CRYPTO: OpenSSL to link; shared, but its archives for a shared library of ours with the property
# IMAGEGEN_STATIC_OPENSSL, where the system has them. A host may bring an OpenSSL of its own, as node does, and its symbols
# would take the place of a shared one's.
get_filename_component(IMAGEGEN_OPENSSL_FOLDER "${OPENSSL_SSL_LIBRARY}" DIRECTORY)
foreach(part SSL Crypto)
  string(TOLOWER ${part} lower)
  string(TOUPPER ${part} upper)
  set(archive ${IMAGEGEN_OPENSSL_FOLDER}/lib${lower}.a)
  if(EXISTS ${archive})
    set(IMAGEGEN_${upper}
      "$<BUILD_INTERFACE:$<IF:$<BOOL:$<TARGET_PROPERTY:IMAGEGEN_STATIC_OPENSSL>>,${archive},OpenSSL::${part}>>"
      "$<INSTALL_INTERFACE:OpenSSL::${part}>")
  else()
    set(IMAGEGEN_${upper} OpenSSL::${part})
  endif()
endforeach()
