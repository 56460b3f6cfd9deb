#include "respguard/resp/reply_marks.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace respguard::resp {

/// As many values are missing as in front of the awaited element. An attribute or nested push
/// raises that number while it lasts, so what begins is that element, or such an interlude.
void reply_marks::take_part(char type, std::uint64_t missing) noexcept
{
    if (type == '|') {
        has_attribute_ |= awaited_part_ == part::top;
        return;
    }
    if (type == '>' && awaited_part_ != part::top) return;

    part_ = awaited_part_;
    awaited_part_ = part::none;
    awaited_ = 0;
    if (part_ == part::top) {
        type_ = type;
        kind_known_ = type != '*' && type != '>';
    } else if (part_ == part::first) {
        kind_known_ = type != '$' && type != '+';
        if (missing < 3) return;
        awaited_part_ = part::third;
        awaited_ = missing - 2;
    }
}

void reply_marks::on_count(std::uint64_t count) noexcept
{
    if (part_ != part::top) return;
    top_count_ = static_cast<std::int64_t>(count);
    if (count == 0) kind_known_ = true;
    if (kind_known_) return;
    awaited_part_ = part::first;
    awaited_ = count;
}

void reply_marks::on_null() noexcept
{
    if (part_ == part::top) top_count_ = -1;
    on_stream();
}

void reply_marks::on_stream() noexcept
{
    // Whatever this element is, it holds no kind.
    if (part_ != part::none) kind_known_ = true;
}

void reply_marks::on_bulk_size(std::uint64_t size) noexcept
{
    if (part_ == part::first && size > kind_.size()) kind_known_ = true;
}

void reply_marks::on_integer(byte_view text) noexcept
{
    if (part_ != part::third) return;
    if (text.starts_with('+')) text.remove_prefix(1);
    std::int64_t value = 0;
    auto const* const end = text.data() + text.size();
    // Twenty digits may be more than 64 bits hold: then there is no third.
    if (std::from_chars(text.data(), end, value).ec == std::errc{}) set_third(value);
}

void reply_marks::keep_text(byte_view text) noexcept
{
    if (!wants_text()) return;
    if (kind_size_ + text.size() > kind_.size()) {
        kind_size_ = 0;
        kind_known_ = true;
        return;
    }
    std::copy(text.begin(), text.end(), kind_.data() + kind_size_);
    kind_size_ = static_cast<std::uint8_t>(kind_size_ + text.size());
}

}  // namespace respguard::resp
