/** What becomes ready at the same moment goes on one by one, each in a turn of the event loop of its own. */

export function createTurns(pause: () => Promise<void>): () => Promise<void> {
  let last = Promise.resolve();
  return () => {
    last = last.then(pause);
    return last;
  };
}
