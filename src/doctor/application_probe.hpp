// Looks at EmailEngine's own keys: how many mailboxes, which queues, how large is queued mail.
#pragma once

#include "respguard/doctor/facts.hpp"

#include "doctor/asker.hpp"

namespace respguard::doctor {

/// Only reads. Leaves the connection in the database of `into`.
void probe_application(asker& from, facts& into);

}  // namespace respguard::doctor
