# `cmake --build build/release --target docs` writes the man pages and the completions anew. They are
# committed, because packagers and readers want them without a build; a test compares them.
add_custom_target(docs
  COMMAND terra-hook man --into man
  COMMAND terra-hook completion bash > completions/terra-hook.bash
  COMMAND terra-hook completion zsh > completions/_terra-hook
  COMMAND terra-hook completion fish > completions/terra-hook.fish
  WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
  COMMENT "Writing man/ and completions/")
