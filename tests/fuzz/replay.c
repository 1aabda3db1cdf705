/* SPDX-License-Identifier: Apache-2.0
 *
 * Gives files to a target as libFuzzer would, without libFuzzer: each named
 * file, and each file of a named folder.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "target.h"

static int replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data;
    size_t size;

    if (!file) {
        perror(path);
        exit(2);
    }
    fseek(file, 0, SEEK_END);
    size = (size_t)ftell(file);
    rewind(file);
    data = malloc(size);
    if (fread(data, 1, size, file) != size) {
        perror(path);
        exit(2);
    }
    fclose(file);
    fprintf(stderr, "%s\n", path);
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    return 1;
}

static int replay_folder(DIR *folder, const char *path)
{
    struct dirent *entry;
    int n = 0;

    while ((entry = readdir(folder))) {
        char name[4096];

        if (entry->d_name[0] != '.') {
            snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
            n += replay_file(name);
        }
    }
    closedir(folder);
    return n;
}

int main(int argc, char **argv)
{
    int n = 0, i;

    for (i = 1; i < argc; i++) {
        DIR *folder = opendir(argv[i]);

        n += folder ? replay_folder(folder, argv[i]) : replay_file(argv[i]);
    }
    printf("%d inputs\n", n);
    return 0;
}
