// Sphinx lists pages that have every word of a query, and headings and index entries that contain it as it was typed.
// Here headings and entries are found by some of their words in any order, and all results are ranked by what they
// have in common with the query, rare words counting most.
"use strict";
{
  const stemmer = new Stemmer();
  const stems = (text) => {
    const spelt = splitQuery(text.toLowerCase());
    const plain = spelt.map((word) => word.replace(/^_+/, "")).filter((word) => !stopwords.has(word));
    return new Set([...spelt.filter((word) => word.startsWith("_")), ...plain].map((word) => stemmer.stemWord(word)));
  };
  // Sphinx appends what it gets, also where an anchor has no text to summarise.
  const summary = Search.makeSearchSummary;
  Search.makeSearchSummary = (...all) => summary(...all) ?? new Text();

  const list = (files) => (files === undefined ? [] : [files].flat());

  const search = Search._performSearch;
  Search._performSearch = (query, terms, ...others) => {
    const { docnames, filenames, titles, alltitles, indexentries, ...index } = Search._index;
    const pages = (word) => new Set([...list(index.terms[word]), ...list(index.titleterms[word])]);
    const weight = (word) => Math.log(1 + docnames.length / Math.max(1, pages(word).size));
    const sum = (words) => [...words].reduce((total, word) => total + weight(word), 0);

    const headings = [
      ...Object.entries(alltitles).map(([text, places]) => ({ text, places, kind: SearchResultKind.title })),
      ...Object.entries(indexentries).filter(([entry]) => !entry.endsWith(" command line option")).map(([entry, places]) => ({
        text: entry.replace(/^error message; /, ""), places, kind: SearchResultKind.index,
      })),
    ].map((heading) => ({ ...heading, words: stems(heading.text) })).filter(({ words }) => words.size);

    // A word that stands nowhere says nothing about where to look.
    const known = new Set(headings.flatMap(({ words }) => [...words]));
    const asked = new Set([...stems(query)].filter((word) => known.has(word) || pages(word).size));
    if (!asked.size) return search(query, terms, ...others);
    const all = sum(asked);

    const results = [];
    for (const { text, words, places, kind } of headings) {
      const common = sum([...words].filter((word) => asked.has(word)));
      const score = (common / all) * Math.sqrt(common / sum(words));
      if (score < 0.45) continue;
      for (const [file, id] of places) {
        const title = titles[file].toLowerCase() === text.toLowerCase() ? titles[file] : `${titles[file]} › ${text}`;
        results.push([docnames[file], title, id ? `#${id}` : "", null, score, filenames[file], kind]);
      }
    }
    for (const [file, title] of titles.entries()) {
      const there = sum([...asked].filter((word) => pages(word).has(file))) / all;
      const named = sum([...asked].filter((word) => list(index.titleterms[word]).includes(file))) / all;
      if (there > 0.75) {
        const score = 0.4 * there + 0.3 * named;
        results.push([docnames[file], title, "", null, score, filenames[file], SearchResultKind.text]);
      }
    }
    const best = new Map();
    for (const result of results.sort((one, other) => one[4] - other[4])) {
      const key = result[0] + result[2];
      best.delete(key);
      best.set(key, result);
    }
    // Sphinx shows the last one first
    return [...best.values()].slice(-30);
  };
}
