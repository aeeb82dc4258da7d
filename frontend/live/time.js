// Waits so many milliseconds, or less where `done` says so.
export async function sleep(milliseconds, done = () => false) {
  const end = performance.now() + milliseconds;
  while (performance.now() < end && !done()) await new Promise((resolve) => setTimeout(resolve, 100));
}
