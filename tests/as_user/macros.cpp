// SPDX-License-Identifier: BSL-1.0
// The macros in small letters or plain words that <X11/X.h>, Qt and <sys/sysmacros.h> leave behind: grit uses none of
// these names.
#include <sys/sysmacros.h>

#define Always 2
#define Bool int
#define Complex 0
#define None 0L
#define Status int
#define Success 0
#define True 1
#define emit
#define foreach for
#define forever for (;;)
#define signals public
#define slots

#include <grit.hpp>

int main() {
    grit::Retrying<grit::StopAfterAttempt<2>, grit::RetryAlways> const retrying;
    return grit::pipeline(grit::Fallback{1}, retrying)([] { return 0; });
}
