// How a connection ends that the exchange wants to end.
#pragma once

#include "respguard/base/side.hpp"

#include <cstdint>
#include <memory>

namespace respguard::relay {

struct exchange_end {
    enum class manner : std::uint8_t {
        at_once,  ///< Close both sides now.
        /// Close upstream. Write what is there for the client, say FIN to it, discard what it still
        /// sends for a moment, so that no RST destroys what was written, close.
        flushed,
    };
    side by = side::guard;
    char const* reason = "";  ///< Literal; log field and metric label.
    manner how = manner::at_once;
};

/// None until it is assigned, once at most: a connection that lives pays a pointer for it.
class pending_end {
public:
    pending_end& operator=(exchange_end const& what)
    {
        what_ = std::make_unique<exchange_end>(what);
        return *this;
    }
    [[nodiscard]] explicit operator bool() const noexcept { return what_ != nullptr; }
    [[nodiscard]] exchange_end const* get() const noexcept { return what_.get(); }

private:
    std::unique_ptr<exchange_end> what_;
};

}  // namespace respguard::relay
