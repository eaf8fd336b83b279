// The lean command as Embedded Swift, which leaves a program's beginning to C.

void swiftlet_run(int count, const char *const *words);

int main(int count, char **words) {
  swiftlet_run(count, (const char *const *)words);
  return 0;
}
