"""What compare.py may call comparable. Runs nothing."""

import unittest
from dataclasses import replace

import report
from rows import ROWS

PNG = next(row for row in ROWS if row.name == "png")
PIXELS = next(row for row in ROWS if row.name == "resize-300")


def files(side, count=3, size=1000, ssim=0.98):
    return [{"side": side, "file": f"photo{i}_1200x600.webp", "bytes": size, "psnr": 40.0, "ssim": ssim} for i in range(count)]


class FaultsAndNotes(unittest.TestCase):
    def faults(self, ours, peers, row=PNG):
        return report.faults_and_notes(row, ours + peers)[0]

    def test_are_none_where_bytes_and_ssim_are_within_what_is_allowed(self):
        self.assertEqual(self.faults(files("ours", size=1010, ssim=0.9798), files("sharp")), [])

    def test_name_the_size_whose_bytes_are_more_than_a_percent_above_the_peers(self):
        found = self.faults(files("ours", size=1011), files("sharp"))
        self.assertIn("png, 1200x600: bytes 1.011 of sharp", found[0])

    def test_name_the_size_whose_ssim_is_lower(self):
        self.assertIn("SSIM 0.97960, sharp 0.98000", self.faults(files("ours", ssim=0.9796), files("sharp"))[0])

    def test_allow_a_single_file_more_because_its_bytes_move_with_its_window(self):
        self.assertEqual(self.faults(files("ours", 1, 1040), files("sharp", 1)), [])
        self.assertEqual(len(self.faults(files("ours", 1, 1051), files("sharp", 1))), 1)

    def test_are_only_notes_about_a_peer_that_no_target_names(self):
        faults, notes = report.faults_and_notes(replace(PNG, targets=()), files("ours", size=1100) + files("sharp"))
        self.assertEqual((len(faults), len(notes)), (0, 1))

    def test_look_at_no_bytes_where_there_is_no_file(self):
        self.assertEqual(self.faults(files("ours", size=2000), files("libvips"), PIXELS), [])
        self.assertEqual(len(self.faults(files("ours", ssim=0.9), files("libvips"), PIXELS)), 1)


if __name__ == "__main__":
    unittest.main()
