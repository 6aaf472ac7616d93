// Tags: a record in a program, a list of pairs for a service.

/** The names of the two halves of a tag in services; KMS differs from most. */
const USUAL = { key: "Key", value: "Value" };

/** The tags as services take them. */
function tagList(tags, { key, value } = USUAL) {
  return Object.entries(tags ?? {}).map(([name, text]) => ({ [key]: name, [value]: text }));
}

/** The tags as programs have them; `undefined` where there are none, as in programs. */
function tagRecord(list, { key, value } = USUAL) {
  if (list === undefined || list.length === 0) return undefined;
  return Object.fromEntries(list.map((tag) => [tag[key], tag[value]]));
}

/** The tags to set, and the keys to remove. */
function changeOfTags(olds, news) {
  const [before, after] = [olds ?? {}, news ?? {}];
  const set = Object.entries(after).filter(([key, value]) => before[key] !== value);
  return {
    set: Object.fromEntries(set),
    removed: Object.keys(before).filter((key) => !(key in after)),
  };
}

/** Changes the tags of something by the two commands that its service has for that. */
async function retag(olds, news, setThem, removeThem) {
  const { set, removed } = changeOfTags(olds, news);
  if (removed.length > 0) await removeThem(removed);
  if (Object.keys(set).length > 0) await setThem(set);
}

module.exports = { tagList, tagRecord, retag };
