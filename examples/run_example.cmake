# cmake -DPROGRAM=… -DARGUMENTS=… -DFOLDER=… -DEXPECT=REGEX -P run_example.cmake: what a reader of an example would do,
# in an empty folder. It must end well and say what is expected; CTest's PASS_REGULAR_EXPRESSION ignores the exit code.
file(REMOVE_RECURSE ${FOLDER})
file(MAKE_DIRECTORY ${FOLDER})
execute_process(COMMAND ${PROGRAM} ${ARGUMENTS} WORKING_DIRECTORY ${FOLDER}
  OUTPUT_VARIABLE said ERROR_VARIABLE said RESULT_VARIABLE code)
message("${said}")
if(NOT code EQUAL 0)
  message(FATAL_ERROR "expected exit code 0, got ${code}")
endif()
if(NOT said MATCHES "${EXPECT}")
  message(FATAL_ERROR "expected output that matches ${EXPECT}")
endif()
