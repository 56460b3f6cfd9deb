// The options that say where the configuration comes from.
#include "config_options.hpp"

#include <cstdio>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace respguard::proxy {

namespace {

/// One value per flag: CLI11 would let `--listen a b` take both.
void add_text(CLI::App& app, std::string const& name, std::optional<std::string>& into)
{
    app.add_option_function<std::string>(name, [&into](std::string const& text) { into = text; })
        ->take_last();
}

void add_texts(CLI::App& app, std::string const& name, std::vector<std::string>& into)
{
    app.add_option(name, into)->allow_extra_args(false);
}

}  // namespace

void add_file_option(CLI::App& app, config::sources& from)
{
    app.add_option_function<std::string>("-c,--config",
                                         [&from](std::string const& path) { from.file = path; })
        ->envname("RESPGUARD_CONFIG");
}

void add_admin_option(CLI::App& app, config::sources& from)
{
    add_text(app, "--admin", from.admin);
}

void add_set_option(CLI::App& app, config::sources& from) { add_texts(app, "--set", from.set); }

void add_override_options(CLI::App& app, config::sources& from)
{
    add_texts(app, "--listen", from.listen);
    add_text(app, "--upstream", from.upstream);
    add_admin_option(app, from);
    add_set_option(app, from);
    add_text(app, "--log-level", from.log_level);
    add_text(app, "--log-format", from.log_format);
    app.add_flag("--require-upstream", from.require_upstream);
}

config::loaded load_with_environment(config::sources from)
{
    for (char** variable = environ; *variable != nullptr; ++variable) {
        std::string_view const text = *variable;
        std::size_t const mark = text.find('=');
        if (!text.starts_with("RESPGUARD_") || mark == std::string_view::npos) continue;
        from.environment.emplace(text.substr(0, mark), text.substr(mark + 1));
    }
    return config::load(from);
}

void print_errors(std::vector<config::config_error> const& errors, char const* kind)
{
    for (config::config_error const& error : errors) {
        std::fprintf(stderr, "%s%s\n", kind, error.to_string().c_str());
    }
}

}  // namespace respguard::proxy
