// SPDX-License-Identifier: MIT
#include "support/tmux.hpp"

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace terra_hook::test {

Tmux::Tmux(const ChildSetup& setup, std::size_t columns, std::size_t rows) : setup_(setup) {
  setup_.environment.emplace("LC_ALL", "C.UTF-8");
  setup_.environment["TERRA_HOOK"] = terra_hook_program();
  tmux({"new-session", "-d", "-x", std::to_string(columns), "-y", std::to_string(rows),
        "bash --norc --noprofile -i"});
  tmux({"set-option", "-s", "set-clipboard", "on"});
  tmux({"set-option", "-s", "escape-time", "0"});
  tmux({"set-option", "-g", "status", "off"});
  tmux({"resize-window", "-x", std::to_string(columns), "-y", std::to_string(rows)});
  tmux({"pipe-pane", "-O", "cat > '" + (directory_ / "written").string() + "'"});
  await(
      [](const std::vector<std::string>& shown) {
        return std::ranges::any_of(shown, [](const std::string& row) { return !row.empty(); });
      },
      "a prompt");
}

Tmux::~Tmux() {
  try {
    tmux({"kill-server"});
  } catch (const std::exception&) {
    // It has ended by itself.
  }
}

std::string Tmux::tmux(const std::vector<std::string>& arguments) const {
  std::vector<std::string> all{"-u", "-f", "/dev/null", "-S", (directory_ / "socket").string()};
  all.insert(all.end(), arguments.begin(), arguments.end());
  const Finished finished = run_program("tmux", all, setup_);
  if (finished.code != 0) throw std::runtime_error("tmux " + arguments[0] + ": " + finished.err);
  return finished.out;
}

void Tmux::press(const std::vector<std::string>& keys) {
  for (const std::string& key : keys) tmux({"send-keys", "--", key});
}

void Tmux::type(const std::string& text) {
  tmux({"send-keys", "-l", "--", text});
}

std::string Tmux::screen() const {
  return tmux({"capture-pane", "-p"});
}

std::vector<std::string> Tmux::rows() const {
  std::vector<std::string> rows;
  std::istringstream lines(screen());
  for (std::string line; std::getline(lines, line);) {
    line.erase(line.find_last_not_of(' ') + 1);
    rows.push_back(std::move(line));
  }
  return rows;
}

void Tmux::await(std::string_view text) {
  await(
      [text](const std::vector<std::string>& shown) {
        for (const std::string& row : shown) {
          if (row.find(text) != std::string::npos) return true;
        }
        return false;
      },
      text);
}

void Tmux::await(const std::function<bool(const std::vector<std::string>&)>& is_so,
                 std::string_view what) {
  const auto deadline = std::chrono::steady_clock::now() + k_patience;
  while (!is_so(rows())) {
    if (std::chrono::steady_clock::now() > deadline) {
      throw std::runtime_error("waited in vain for '" + std::string(what) + "':\n" + screen());
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

void Tmux::resize(std::size_t columns, std::size_t rows) {
  tmux({"resize-window", "-x", std::to_string(columns), "-y", std::to_string(rows)});
}

std::string Tmux::value(const std::string& format) const {
  std::string text = tmux({"display-message", "-p", format});
  if (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

std::string Tmux::clipboard() const {
  return tmux({"show-buffer"});
}

std::string Tmux::written() const {
  return read_whole_file(directory_ / "written");
}

}  // namespace terra_hook::test
