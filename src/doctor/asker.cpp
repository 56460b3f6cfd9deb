#include "doctor/asker.hpp"

#include <utility>

namespace respguard::doctor {

std::vector<std::string> auth_words(target const& at)
{
    if (at.url.password.empty()) return {};
    if (at.url.user.empty() || at.url.user == "default") return {"AUTH", at.url.password};
    return {"AUTH", at.url.user, at.url.password};
}

std::string asker::open(facts* into)
{
    if (auto why = connection_.open(addresses_, time_); !why.empty()) return why;
    auto const words = auth_words(at_);
    if (words.empty()) return {};
    auto heard = connection_.ask(words, time_);
    if (into != nullptr) into->answers["AUTH"] = std::move(heard);
    return {};
}

answer asker::ask(std::vector<std::string> const& words)
{
    if (gave_up()) {
        return {{},
                failures_ >= failures_max ? "not asked: the server had stopped answering"
                                          : "not asked: the server is too slow"};
    }
    if (!connection_.is_open()) {
        if (auto why = open(nullptr); !why.empty()) {
            ++failures_;
            return {{}, std::move(why)};
        }
        if (db_ != 0) (void)connection_.ask({"SELECT", std::to_string(db_)}, time_);
    }
    auto out = connection_.ask(words, time_);
    if (!out.reply) ++failures_;
    return out;
}

resp_value const* asker::note(facts& into, std::vector<std::string> const& words)
{
    std::string question;
    for (auto const& word : words)
        question += (question.empty() ? "" : " ") + word;
    auto& kept = into.answers[question] = ask(words);
    return kept.reply ? &*kept.reply : nullptr;
}

}  // namespace respguard::doctor
