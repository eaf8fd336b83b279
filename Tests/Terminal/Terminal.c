#include "Terminal.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

int test_terminal_open(unsigned short columns, int *side) {
  int terminal = posix_openpt(O_RDWR | O_NOCTTY);
  if (terminal < 0) return -1;
  // Nothing but this end may hold it: whoever reads waits for the last writer to go.
  fcntl(terminal, F_SETFD, FD_CLOEXEC);
  const char *name = grantpt(terminal) == 0 && unlockpt(terminal) == 0 ? ptsname(terminal) : NULL;
  *side = name ? open(name, O_RDWR | O_NOCTTY | O_CLOEXEC) : -1;
  struct winsize size = {.ws_row = 24, .ws_col = columns};
  if (*side >= 0 && ioctl(*side, TIOCSWINSZ, &size) == 0) return terminal;
  if (*side >= 0) close(*side);
  close(terminal);
  return -1;
}
