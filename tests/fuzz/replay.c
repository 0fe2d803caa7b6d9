/* SPDX-License-Identifier: Apache-2.0 */
/* replay DIRECTORY...: feeds a fuzz target every file of the directories, whole, cut at every power of two and with
 * one byte changed at as many places, each in memory of exactly its size. What the fuzzer once found stays tested in
 * builds that have no fuzzer. */
#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void feed(const uint8_t *data, size_t size)
{
    uint8_t *exact = malloc(size ? size : 1);
    if (!exact)
        exit(1);
    memcpy(exact, data, size);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
}

static void feed_broken(uint8_t *data, size_t size)
{
    for (size_t at = 1; at < size; at *= 2) {
        feed(data, at);
        feed(data, size - at);
        data[at] ^= 0xff;
        feed(data, size);
        data[at] ^= 0xff;
    }
}

static int replay_file(const char *folder, const char *name)
{
    static uint8_t data[1 << 20];
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (!file)
        return 0;
    size_t size = fread(data, 1, sizeof data, file);
    fclose(file);
    feed(data, size);
    feed_broken(data, size);
    return 1;
}

int main(int argc, char **argv)
{
    uint8_t nothing = 0;
    int files = 0;
    feed(&nothing, 0);
    for (int i = 1; i < argc; i++) {
        DIR *folder = opendir(argv[i]);
        for (struct dirent *entry; folder && (entry = readdir(folder));)
            if (entry->d_name[0] != '.')
                files += replay_file(argv[i], entry->d_name);
        if (folder)
            closedir(folder);
    }
    printf("%d files replayed\n", files);
    return 0;
}
