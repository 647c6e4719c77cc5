cat >fr.yaml <<'YAML'
language: fr
families:
  secrecy:
    description: {fr: "Demande le secret", en: "Asks for secrecy"}
    sources: ["made up"]
    patterns:
      - strength: 0.8
        any_of:
          - "notre secret"
          - "[c est] notre secret"
          - "cache ton telephone"
    examples: ["c'est notre secret", "dis rien"]
    counter_examples: ["une salle secrète"]
  age_probing:
    description: {fr: "Demande l’âge", en: "Asks the age"}
    sources: ["made up"]
    patterns:
      - any_of: ["quel age"]
    examples: ["quel âge"]
    counter_examples: []
YAML
cat >talks.jsonl <<'JSON'
{"id":"1","language":"fr","risk":false,"authors":[{"name":"a"},{"name":"b"}],"messages":[{"author":"a","text":"quel âge t'as"},{"author":"b","text":"13 et toi"}]}
JSON
"$vigie" lexicon check --corpus talks.jsonl fr.yaml
status=$?
"$vigie" lexicon check --json --corpus talks.jsonl fr.yaml
"$vigie" lexicon check --broad 5000 fr.yaml >/dev/null
exit $status
