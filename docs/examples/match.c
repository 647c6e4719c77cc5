/* Which of these files are on that list?   cc match.c -lvigie -o match && ./match list.csv *.jpg */
#include <stdio.h>
#include <vigie.h>

int main(int argc, char **argv)
{
    vigie_hasher *hasher = NULL;
    vigie_matcher *lists = NULL;
    vigie_error err = {0};
    size_t records, skipped, found;

    if (argc < 3 || vigie_match_open(&lists, &err) || vigie_match_load(lists, argv[1], NULL, &records, &skipped, &err) ||
        vigie_hash_open(&hasher, NULL, &err)) {
        fprintf(stderr, "usage: match LIST FILE...  %s %s\n", err.where, err.what);
        return 2;
    }
    printf("%zu records, %zu skipped\n", records, skipped);
    for (int i = 2; i < argc; i++) {
        vigie_media *media = NULL;
        vigie_match match;
        if (vigie_hash_file(hasher, argv[i], &media, &err) || vigie_match_media(lists, media, &match, 1, &found, &err))
            printf("%s: %s\n", argv[i], err.what);
        else if (!found)
            printf("%s: not on the list%s%s\n", argv[i], *vigie_media_note(media) ? "; " : "", vigie_media_note(media));
        else
            printf("%s: %s, category %s, %s at %d bits\n", argv[i], match.reference, match.category, match.algorithm, match.distance);
        vigie_media_free(&media);
    }
    vigie_hash_close(&hasher);
    vigie_match_close(&lists);
    return 0;
}
