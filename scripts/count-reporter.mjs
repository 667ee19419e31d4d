// A reporter of node:test that writes one line of JSON: how many tests passed and failed. A test that was skipped,
// left to do or cancelled has not passed: here that is a failure, since nothing may be skipped in silence.
export default async function* countReporter(source) {
  let counts = { passed: 0, failed: 1 };
  for await (const event of source) {
    if (event.type !== 'test:summary' || event.data.file !== undefined) continue;
    const { passed, failed, skipped, todo, cancelled } = event.data.counts;
    counts = { passed, failed: failed + skipped + todo + cancelled };
  }
  yield JSON.stringify(counts);
}
