// What the relay wants to know of a reply frame, picked up while its bytes pass.
//
// Told by reply_framer what begins and ends. Finds the top-level element and its first and third
// element by the number of values still missing in front of them, so nesting needs no stack here
// either.
#pragma once

#include "respguard/base/bytes.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace respguard::resp {

class reply_marks {
public:
    void begin_frame() noexcept
    {
        awaited_ = 1;
        awaited_part_ = part::top;
        part_ = part::none;
        type_ = '\0';
        has_attribute_ = false;
        top_count_ = 0;
        kind_size_ = 0;
        kind_known_ = false;
        has_third_ = false;
    }

    /// A frame that is a single value, of this type, without an attribute.
    void simple_frame(char type) noexcept
    {
        begin_frame();
        awaited_ = 0;
        awaited_part_ = part::none;
        part_ = part::top;
        type_ = type;
        kind_known_ = true;
    }

    /// An element begins, or an attribute or push in front of one.
    ///
    /// @param missing Values that the frame still lacks, this one included; 0 inside of streamed
    ///                aggregates, where nothing is picked up.
    void begin_element(char type, std::uint64_t missing) noexcept
    {
        part_ = part::none;
        if (missing == awaited_ && missing != 0) take_part(type, missing);
    }
    /// begin_element() has nothing to pick up unless `missing` equals this.
    [[nodiscard]] std::uint64_t awaited() const noexcept { return awaited_; }
    /// True if the element that begin_element() told of is the top-level one.
    [[nodiscard]] bool in_top() const noexcept { return part_ == part::top; }
    /// True if the bytes of the bulk under way are wanted, by keep_text().
    [[nodiscard]] bool wants_text() const noexcept { return part_ == part::first && !kind_known_; }

    void on_count(std::uint64_t count) noexcept;     ///< An aggregate's header.
    void on_null() noexcept;                         ///< `*-1`, `$-1` or `_`.
    void on_stream() noexcept;                       ///< A streamed aggregate or string begins.
    void on_bulk_size(std::uint64_t size) noexcept;  ///< A bulk's header.
    void on_integer(byte_view text) noexcept;        ///< In the grammar of is_reply_integer().
    void on_plain_integer(std::uint64_t value) noexcept
    {
        if (part_ == part::third) set_third(static_cast<std::int64_t>(value));
    }
    void keep_text(byte_view text) noexcept;
    /// A string element is whole, all of it kept.
    void end_text() noexcept
    {
        if (part_ == part::first) kind_known_ = true;
    }

    [[nodiscard]] char type() const noexcept { return type_; }
    [[nodiscard]] bool has_attribute() const noexcept { return has_attribute_; }
    [[nodiscard]] byte_view kind() const noexcept { return {kind_.data(), kind_size_}; }
    [[nodiscard]] bool kind_known() const noexcept { return kind_known_; }
    [[nodiscard]] std::optional<std::int64_t> third() const noexcept
    {
        return has_third_ ? std::optional(third_) : std::nullopt;
    }
    [[nodiscard]] std::int64_t top_count() const noexcept { return top_count_; }

private:
    enum class part : std::uint8_t { none, top, first, third };

    void take_part(char type, std::uint64_t missing) noexcept;
    void set_third(std::int64_t value) noexcept
    {
        third_ = value;
        has_third_ = true;
    }

    std::uint64_t awaited_ = 0;
    std::int64_t top_count_ = 0;
    std::int64_t third_ = 0;
    std::array<char, 16> kind_{};
    std::uint8_t kind_size_ = 0;
    part awaited_part_ = part::none;  ///< What begins when awaited_ values are missing.
    part part_ = part::none;          ///< What the element under way is.
    char type_ = '\0';
    bool has_attribute_ = false;
    bool kind_known_ = false;
    bool has_third_ = false;
};

}  // namespace respguard::resp
